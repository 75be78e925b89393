# loses: patient A (judged when you hand in)
# hint: sigmoid twice
def diagnosis(patient):
    found = {"A": "sigmoid twice", "B": "mirrored apart", "C": "skips missing", "D": "L1 missing"}
    return found[patient]
