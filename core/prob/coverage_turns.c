/* coverage_turns.c -- where the probability of several runs of counts turns. */
#include "prob/coverage_turns.h"

#include <math.h>
#include <string.h>

#include "prob/dist.h"

/* The logarithm of C(n-1, j), less that of 2^(n-1), which all terms have alike. */
static double log_choose(uint64_t n, uint64_t j)
{
    return assay_binomial_log_density((double)j, (double)(n - 1), 0.5, 0.5);
}

size_t assay_turn_terms(uint64_t n, uint64_t first, uint64_t last, assay_turn_term terms[2])
{
    size_t found = 0;
    if (first > 0)
        terms[found++] = (assay_turn_term){1, log_choose(n, first - 1), (double)(first - 1)};
    if (last < n)
        terms[found++] = (assay_turn_term){-1, log_choose(n, last), (double)last};
    return found;
}

/* The terms from `level` on, after as many divisions and derivatives as there are before. */
struct sum {
    const assay_turn_term *terms;
    const double *logs;
    size_t n_terms, level;
};

static double exponent(const struct sum *s, size_t i, double u)
{
    return s->logs[i] + (s->terms[i].power - s->terms[s->level].power) * u;
}

static int is_positive(const struct sum *s, double u)
{
    double greatest = -HUGE_VAL, sum = 0;
    for (size_t i = s->level; i < s->n_terms; i++)
        greatest = fmax(greatest, exponent(s, i, u));
    for (size_t i = s->level; i < s->n_terms; i++)
        sum += s->terms[i].sign * exp(exponent(s, i, u) - greatest);
    return sum > 0;
}

/* The logarithms of the factors at a level: each division leaves the differences of the powers. */
static void set_logs(struct sum *s, double logs[])
{
    for (size_t i = s->level; i < s->n_terms; i++) {
        logs[i] = s->terms[i].log;
        for (size_t j = 0; j < s->level; j++)
            logs[i] += log(s->terms[i].power - s->terms[j].power);
    }
}

/* Where the sign, which is another at `high`, changes. */
static double bisect(const struct sum *s, double low, double high)
{
    const int positive = is_positive(s, low);
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (!(low < middle && middle < high))
            return middle;
        *(is_positive(s, middle) == positive ? &low : &high) = middle;
    }
}

/* The changes of sign between `low` and `high`, of a sum that is monotone between the given turns. */
static size_t next_turns(const struct sum *s, double low, double high, size_t n_turns,
                         const double turns[], double found[])
{
    size_t n_found = 0;
    double from = low;
    for (size_t i = 0; i <= n_turns; i++) {
        const double to = i < n_turns ? turns[i] : high;
        if (is_positive(s, from) != is_positive(s, to))
            found[n_found++] = bisect(s, from, to);
        from = to;
    }
    return n_found;
}

static double logit(double p)
{
    const double far = 700;
    return p <= 0 ? -far : p >= 1 ? far : fmin(fmax(log(p) - log1p(-p), -far), far);
}

size_t assay_turns(double low, double high, size_t n_terms, const assay_turn_term terms[],
                   double scratch[], double turns[])
{
    double *logs = scratch, *found = scratch + n_terms;
    size_t n_turns = 0;
    struct sum s = {terms, logs, n_terms, 0};
    for (size_t level = n_terms; level-- > 0;) {
        s.level = level;
        set_logs(&s, logs);
        n_turns = next_turns(&s, logit(low), logit(high), n_turns, turns, found);
        memcpy(turns, found, n_turns * sizeof *turns);
    }
    for (size_t i = 0; i < n_turns; i++)
        turns[i] = 1 / (1 + exp(-turns[i]));
    return n_turns;
}
