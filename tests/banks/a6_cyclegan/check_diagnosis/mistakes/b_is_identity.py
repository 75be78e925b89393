# loses: patient B (judged when you hand in)
# hint: identity of the wrong domain
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "identity of the wrong domain",
        "C": "no cycle",
        "D": "judges exchanged",
    }
    return faults[patient]
