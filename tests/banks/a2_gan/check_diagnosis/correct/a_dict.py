def diagnosis(patient):
    return {"A": "sigmoid twice", "B": "wrong range", "C": "generator cut off", "D": "wrong sign"}[patient]
