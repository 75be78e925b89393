# loses: patient C (judged when you hand in)
# hint: wrong range
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "wrong range",
        "D": "judges exchanged",
    }
    return faults[patient]
