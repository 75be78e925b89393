# loses: patient C (judged when you hand in)
def diagnosis(patient):
    faults = {
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "lambda is zero",
        "D": "judges exchanged",
    }
    return faults[patient]
