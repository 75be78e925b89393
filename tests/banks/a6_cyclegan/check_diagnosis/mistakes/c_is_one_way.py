# loses: patient C (judged when you hand in)
# hint: cycle one way only
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "cycle one way only",
        "D": "judges exchanged",
    }
    return faults[patient]
