# loses: patient D (judged when you hand in)
# hint: wrong sign
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "no cycle",
        "D": "wrong sign",
    }
    return faults[patient]
