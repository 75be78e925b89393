def diagnosis(patient):
    if patient == "A":
        return "sigmoid twice"
    if patient == "B":
        return "wrong range"
    return "generator cut off" if patient == "C" else "wrong sign"
