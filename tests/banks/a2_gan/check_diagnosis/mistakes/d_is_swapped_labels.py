# loses: patient D (judged when you hand in)
# hint: labels swapped
def diagnosis(patient):
    return {"A": "sigmoid twice", "B": "wrong range", "C": "generator cut off", "D": "labels swapped"}[
        patient
    ]
