def diagnosis(patient):
    if patient == "A":
        return "wrong range"
    if patient == "B":
        return "G learns, too"
    return "never zeroed" if patient == "C" else "train mode"
