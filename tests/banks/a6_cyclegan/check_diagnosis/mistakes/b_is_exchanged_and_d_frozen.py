# loses: patient B (judged when you hand in); patient D (judged when you hand in)
# hint: judges exchanged; judges frozen
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges exchanged",
        "C": "no cycle",
        "D": "judges frozen",
    }
    return faults[patient]
