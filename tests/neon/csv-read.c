/* Every variant of both scans gives the bits of the portable one, on random bytes of which most
 * mean something. tests/cli/neon.bats builds it for 64-bit ARM and runs it in an emulator: the
 * machines that the other tests run on have no NEON. Prints what it compared. */
#include <stdio.h>
#include <string.h>

#include "csvscan.h"
#include "scan.h"

enum { BLOCKS = 4, ROUNDS = 20000 };

static void fill(char *bytes, size_t len, uint64_t *seed)
{
    static const char likely[] = "\t\n\r\\N,\" 0195:/.-\x7f\x80\xff\0;";
    for (size_t i = 0; i < len; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(*seed >> 40);
        bytes[i] = *seed >> 33 & 7 ? likely[r % (sizeof likely - 1)] : (char)r;
    }
}

int main(void)
{
    char bytes[BLOCKS * 64 + 1];
    uint64_t seed = 1;
    size_t nstream, ncsv;
    const struct scan_variant *stream = scan_variants(&nstream);
    const struct csvscan_variant *csv = csvscan_variants(&ncsv);
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(bytes, sizeof bytes, &seed);
        struct scan_raw raw[2][BLOCKS];
        struct block blocks[2][BLOCKS];
        char delimiter = ",;\t|0 "[round % 6];
        stream[nstream - 1].scan(bytes, BLOCKS, raw[0]);
        csv[ncsv - 1].scan(bytes, BLOCKS, delimiter, blocks[0]);
        for (size_t v = 0; v < nstream; v++) {
            stream[v].scan(bytes, BLOCKS, raw[1]);
            if (memcmp(raw[0], raw[1], sizeof *raw) != 0)
                return printf("scan %s differs in round %u\n", stream[v].name, round), 1;
        }
        for (size_t v = 0; v < ncsv; v++) {
            csv[v].scan(bytes, BLOCKS, delimiter, blocks[1]);
            if (memcmp(blocks[0], blocks[1], sizeof *blocks) != 0)
                return printf("csvscan %s differs in round %u\n", csv[v].name, round), 1;
        }
    }
    printf("scan: %s; csvscan: %s\n", stream[0].name, csv[0].name);
    return 0;
}
