def diagnosis(patient):
    faults = ["edge repeated", "overwritten", "starts at zero", "each by itself"]
    return faults["ABCD".index(patient)]
