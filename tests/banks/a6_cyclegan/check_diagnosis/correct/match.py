def diagnosis(patient):
    match patient:
        case "A":
            return "cycle compared with the translation"
        case "B":
            return "judges frozen"
        case "C":
            return "no cycle"
        case "D":
            return "judges exchanged"
