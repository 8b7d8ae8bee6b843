// A learnware in C: the mean image of each class; an image is of the class whose mean is nearest.
//
//     clang --target=wasm32 -mcpu=mvp -O3 -ffreestanding -fno-builtin -nostdlib -Wl,--no-entry centroids.c -o centroids.wasm

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))
#define REFUSE __builtin_trap()  // A trap: the lesson changes nothing.

enum { PIXELS = 64, CLASSES = 10, ROW = PIXELS + 1 };

// All that it knows.
static struct {
  u32 images[CLASSES];
  u32 sums[CLASSES][PIXELS];
} model;

extern u8 __heap_base;  // Where the linker's data end.

// Memory for a lesson, a test or a state. An instance lives for one call, so nothing has to be given back.
EXPORT("alloc") u8 *alloc(u32 length) {
  static u32 next;
  if (!next) next = ((u32)&__heap_base + 15) & ~15u;
  u64 end = (u64)next + length;
  u32 pages = (u32)((end + 65535) / 65536), have = __builtin_wasm_memory_size(0);
  if (pages > have && __builtin_wasm_memory_grow(0, pages - have) == (u32)-1) REFUSE;
  u8 *start = (u8 *)next;
  next = ((u32)end + 15) & ~15u;
  return start;
}

// The rows of a .npy file of version 1, of bytes in lines of 65.
static const u8 *rows_of(const u8 *file, u32 length, u32 *count) {
  if (length < 10 || file[0] != 0x93 || file[6] != 1) REFUSE;
  u32 header = 10 + file[8] + 256 * file[9];
  if (header > length || (length - header) % ROW) REFUSE;
  *count = (length - header) / ROW;
  return file + header;
}

EXPORT("train") void train(const u8 *file, u32 length) {
  u32 count;
  const u8 *row = rows_of(file, length, &count);
  for (; count--; row += ROW) {
    u32 class = row[PIXELS];
    if (class >= CLASSES) REFUSE;
    model.images[class]++;
    for (u32 pixel = 0; pixel < PIXELS; pixel++) model.sums[class][pixel] += row[pixel];
  }
}

static u32 nearest(const u8 *pixels) {
  u32 best = 0;
  float least = -1;
  for (u32 class = 0; class < CLASSES; class++) {
    if (!model.images[class]) continue;
    float distance = 0;
    for (u32 pixel = 0; pixel < PIXELS; pixel++) {
      float difference = (float)model.sums[class][pixel] / (float)model.images[class] - (float)pixels[pixel];
      distance += difference * difference;
    }
    if (least < 0 || distance < least) least = distance, best = class;
  }
  return best;
}

EXPORT("evaluate") u64 evaluate(const u8 *file, u32 length) {
  u32 total, correct = 0;
  const u8 *rows = rows_of(file, length, &total);
  for (u32 index = 0; index < total; index++) correct += nearest(rows + index * ROW) == rows[index * ROW + PIXELS];
  return (u64)correct << 32 | total;
}

EXPORT("save") u64 save(void) { return (u64)(u32)&model << 32 | sizeof model; }

EXPORT("load") void load(const u8 *state, u32 length) {
  if (length != sizeof model) REFUSE;
  for (u32 index = 0; index < length; index++) ((u8 *)&model)[index] = state[index];
}
