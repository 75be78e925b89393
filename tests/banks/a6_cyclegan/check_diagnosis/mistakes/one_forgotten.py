# loses: patient D (judged when you hand in)
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "no cycle",
    }
    return faults[patient]
