# loses: patient A (judged when you hand in)
# hint: batch statistics in evaluation
def diagnosis(patient):
    return {
        "A": "batch statistics in evaluation",
        "B": "first class for all",
        "C": "embedding added",
        "D": "batch statistics in evaluation",
    }[patient]
