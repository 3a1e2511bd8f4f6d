/* faults.h: the faults of testing.h that are compiled into this program. In a build without -Dfaults=true there are none. */
#ifndef STRESS_FAULTS_H
#define STRESS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

bool faults_plant(const char *name); /* before the first thread starts; false if there is none of that name */

/* Their names in order, each once; *count of them. */
const char *const *faults_names(size_t *count);
const char *faults_what(const char *name);

#endif
