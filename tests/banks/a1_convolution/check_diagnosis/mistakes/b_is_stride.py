# loses: patient B (judged when you hand in)
# hint: stride ignored
def diagnosis(patient):
    return {"A": "edge repeated", "B": "stride ignored", "C": "starts at zero", "D": "each by itself"}[
        patient
    ]
