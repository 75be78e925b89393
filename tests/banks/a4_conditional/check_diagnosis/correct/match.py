def diagnosis(patient):
    match patient:
        case "A":
            return "power iteration in evaluation"
        case "B":
            return "first class for all"
        case "C":
            return "embedding added"
        case "D":
            return "batch statistics in evaluation"
