/** Files that are compressed and brought to the disk beside the one that comes next: the wait for the disk is most of what a file takes. */
export const FILES_BESIDE = 7;
