def diagnosis(patient):
    if patient == "A":
        return "condition exchanged"
    if patient == "D":
        return "L1 missing"
    return "mirrored apart" if patient == "B" else "skips missing"
