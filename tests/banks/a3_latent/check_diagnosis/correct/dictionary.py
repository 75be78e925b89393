def diagnosis(patient):
    return {"A": "wrong range", "B": "G learns, too", "C": "never zeroed", "D": "train mode"}[patient]
