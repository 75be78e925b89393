# loses: patient C (judged when you hand in)
def diagnosis(patient):
    return {
        "A": "power iteration in evaluation",
        "B": "first class for all",
        "C": "the embedding was added",
        "D": "batch statistics in evaluation",
    }[patient]
