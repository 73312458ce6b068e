/* Reads interleaved 32-bit float samples from standard input and prints what libebur128 measures:
   integrated (LUFS), loudness range (LU), true peak (dBTP), one line, separated by spaces.
   Build: gcc -O2 ebur128.c -o ebur128 -lebur128 -lm. Usage: ebur128 SAMPLE_RATE CHANNELS < samples */
#include <ebur128.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  if (count != 3) { fprintf(stderr, "usage: %s SAMPLE_RATE CHANNELS\n", arguments[0]); return 2; }
  unsigned long rate = strtoul(arguments[1], NULL, 10);
  unsigned channels = (unsigned)strtoul(arguments[2], NULL, 10);
  ebur128_state *state = ebur128_init(channels, rate, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
  float *block = malloc(4096 * channels * sizeof *block);
  if (!state || !block) { fprintf(stderr, "no memory, or a format that libebur128 refuses\n"); return 1; }
  size_t frames;
  while ((frames = fread(block, channels * sizeof *block, 4096, stdin)) > 0) ebur128_add_frames_float(state, block, frames);
  double integrated, range, peak = 0, most = 0;
  ebur128_loudness_global(state, &integrated);
  ebur128_loudness_range(state, &range);
  for (unsigned c = 0; c < channels; c++) {
    ebur128_true_peak(state, c, &peak);
    if (peak > most) most = peak;
  }
  printf("%.6f %.6f %.6f\n", integrated, range, 20 * log10(most));
  ebur128_destroy(&state);
  free(block);
  return 0;
}
