def diagnosis(patient):
    if patient in "AD":
        return ("power iteration" if patient == "A" else "batch statistics") + " in evaluation"
    return "embedding added" if patient == "C" else "first class for all"
