# draw.awk: a sample of n cases, in proportion to the strata of columns 2 and 5: counts, then selects (Fan, Muller
# and Rezucha, 1962). The file is named twice.
BEGIN { srand(1) }
FNR == 1 { if (NR > 1) { share(); print $0 ",probability" > to } next }
NR == FNR { population[$2, $5]++; total++; next }
{
    left[$2, $5]++
    if (rand() * (population[$2, $5] - left[$2, $5] + 1) < wanted[$2, $5]) {
        wanted[$2, $5]--
        print $0 "," sizes[$2, $5] / population[$2, $5] > to
    }
}
function share(    k, sum, best) { # largest remainders
    for (k in population) {
        sizes[k] = int(population[k] * n / total)
        sum += sizes[k]
    }
    for (; sum < n; sum++) {
        best = ""
        for (k in population)
            if (best == "" || population[k] * n / total - sizes[k] > population[best] * n / total - sizes[best]) best = k
        sizes[best]++
    }
    for (k in sizes) wanted[k] = sizes[k]
}
