def diagnosis(patient):
    return {
        "A": "power iteration in evaluation",
        "B": "first class for all",
        "C": "embedding added",
        "D": "batch statistics in evaluation",
    }[patient]
