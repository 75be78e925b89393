def diagnosis(patient):
    return {"A": "edge repeated", "B": "overwritten", "C": "starts at zero", "D": "each by itself"}[patient]
