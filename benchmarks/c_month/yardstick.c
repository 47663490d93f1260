/* The clock of the benchmark, and a fixed piece of work that months are measured in.

The yardstick stands for what a month does: hashed random numbers, distances between people and
candidates with a branch that no processor can foresee, a logistic function, sums by choice. It
never changes, whatever becomes of the rules: a month that costs as many yardsticks on every
machine is the same month. Whoever changes this file or the flags it is compiled with
(`YARDSTICK_FLAGS` in build.py) has to measure today's month anew. */

#include <math.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#else
#include <time.h>
#endif

enum { PEOPLE = 400, CANDIDATES = 12 };

int64_t poruka_bench_ticks(void)
{
#if defined(__x86_64__)
    return (int64_t)__rdtsc();
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
#endif
}

static double uniform(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z = z ^ (z >> 31);
    return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static double pass(double people[PEOPLE][4], double votes[CANDIDATES])
{
    double total = 0.0;
    for (int j = 0; j < CANDIDATES; j++)
        votes[j] = 0.0;
    for (int i = 0; i < PEOPLE; i++) {
        double *one = people[i];
        double best = -9.0;
        int choice = 0;
        for (int c = 0; c < 3; c++)
            one[c] = 2.0 * uniform((uint64_t)(i * 4 + c) * 0x9E3779B97F4A7C15u) - 1.0;
        for (int j = 0; j < CANDIDATES; j++) {
            double across = one[0] - 0.15 * j + 0.8;
            double along = one[1] + 0.1 * j - 0.6;
            double worth = 0.3 * j / CANDIDATES - across * across - along * along;
            if (worth > best) {
                best = worth;
                choice = j;
            }
        }
        one[3] = 1.0 / (1.0 + exp(-3.0 * best - one[2]));
        votes[choice] += one[3];
        total += one[3];
    }
    for (int j = 0; j < CANDIDATES; j++)
        votes[j] /= total;
    return votes[0];
}

/* Return the ticks of the fastest of some passes. */
int64_t poruka_bench_yardstick(int64_t passes)
{
    static double people[PEOPLE][4], votes[CANDIDATES];
    static volatile double seen;
    int64_t least = INT64_MAX;
    for (int64_t k = 0; k < passes; k++) {
        int64_t began = poruka_bench_ticks();
        seen = pass(people, votes);
        int64_t took = poruka_bench_ticks() - began;
        if (took < least)
            least = took;
    }
    return least;
}
