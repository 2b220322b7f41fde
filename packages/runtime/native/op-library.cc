// TensorFlow op library, loaded with TF_LoadLibrary: DiffganGroupNorm, DiffganGroupNormGrad and DiffganAdam.
// It uses TensorFlow's C API only, so that it compiles in seconds and against any version.
#include "op-library.h"

namespace diffgan {

void registerOperation(const Operation& operation) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  for (const char* attribute : operation.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, operation.inferShapes);
  TF_RegisterOpDefinition(builder, status);
  if (TF_GetCode(status) == TF_OK)
    TF_RegisterKernelBuilder(
        operation.name,
        TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, operation.destroy), status);
  TF_DeleteStatus(status);
}

namespace {
// TensorFlow runs the initialisers of a library when it loads it.
__attribute__((constructor)) void initialise() {
  registerGroupNorm();
  registerAdam();
}
}  // namespace

}  // namespace diffgan
