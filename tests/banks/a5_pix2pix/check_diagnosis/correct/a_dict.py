def diagnosis(patient):
    found = {"A": "condition exchanged", "B": "mirrored apart", "C": "skips missing", "D": "L1 missing"}
    return found[patient]
