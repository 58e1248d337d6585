#include "ConvKitKernels.h"
