/* serai barcode: symbols out of pictures, and pictures of symbols. */
#ifndef SERAI_CLI_BARCODE_H
#define SERAI_CLI_BARCODE_H

/* argv[0] is the word "barcode". Exit status: 0 done, 1 nothing readable found or content too long, 2 usage
 * or I/O. */
int cmd_barcode(int argc, char **argv);

#endif
