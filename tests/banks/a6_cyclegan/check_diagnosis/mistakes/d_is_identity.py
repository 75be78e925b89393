# loses: patient D (judged when you hand in)
# hint: identity of the wrong domain
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "no cycle",
        "D": "identity of the wrong domain",
    }
    return faults[patient]
