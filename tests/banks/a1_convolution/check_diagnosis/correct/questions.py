def diagnosis(patient):
    if patient in "AB":
        return "edge repeated" if patient == "A" else "overwritten"
    return "starts at zero" if patient == "C" else "each by itself"
