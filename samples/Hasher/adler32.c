/* An external hasher, whole: Adler-32 of a file's bytes (RFC 1950 section 8.2), which means nothing and shows everything.
 * The protocol is in docs/integrate/hashers.md. Build: cc -O2 -o adler32 adler32.c
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int all(int in, void *buffer, size_t length)
{
    for (char *at = buffer; length > 0;) {
        ssize_t n = in ? read(0, at, length) : write(1, at, length);
        if (n <= 0) return 0;
        at += n;
        length -= (size_t)n;
    }
    return 1;
}

/* A frame is its length in four bytes, little-endian, and itself. */
static int tell(const char *text, size_t length)
{
    unsigned char head[4] = { length & 255, length >> 8 & 255, length >> 16 & 255, length >> 24 & 255 };
    return all(0, head, 4) && all(0, (void *)text, length);
}

int main(void)
{
    unsigned char head[4];
    if (!tell("jaga-hasher 1", 13)) return 1;
    while (all(1, head, 4)) {
        uint32_t length = head[0] | head[1] << 8 | head[2] << 16 | (uint32_t)head[3] << 24;
        unsigned char *body = malloc(length ? length : 1);
        if (!body || !all(1, body, length)) return 1;
        char answer[64];
        int size;
        if (length > 0 && body[0] == 1) { /* a picture: its bytes begin after the kind */
            uint32_t a = 1, b = 0;
            for (uint32_t i = 1; i < length; i++) { a = (a + body[i]) % 65521; b = (b + a) % 65521; }
            size = snprintf(answer, sizeof answer, "%c%08x", 0, b << 16 | a);
        } else {
            size = snprintf(answer, sizeof answer, "%cpictures only", 1);
        }
        free(body);
        if (!tell(answer, (size_t)size)) return 1;
    }
    return 0;
}
