def diagnosis(patient):
    found = ["cycle compared with the translation", "judges frozen", "no cycle", "judges exchanged"]
    return found["ABCD".index(patient)]
