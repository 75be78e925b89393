# loses: patient A (judged when you hand in)
def diagnosis(patient):
    return {"A": "Sigmoid applied twice", "B": "wrong range", "C": "generator cut off", "D": "wrong sign"}[
        patient
    ]
