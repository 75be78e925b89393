def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "no cycle",
        "D": "judges exchanged",
    }
    return faults[patient]
