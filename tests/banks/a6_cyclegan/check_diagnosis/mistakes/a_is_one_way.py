# loses: patient A (judged when you hand in)
# hint: cycle one way only
def diagnosis(patient):
    faults = {
        "A": "cycle one way only",
        "B": "judges frozen",
        "C": "no cycle",
        "D": "judges exchanged",
    }
    return faults[patient]
