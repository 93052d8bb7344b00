/** Every controller, by the names that upstream gives them. */
import type { Controller } from './controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { rootCaPublisher } from './root-ca-publisher/controller.ts';
import { serviceAccountController } from './service-account/controller.ts';

export const allControllers: readonly Controller[] = [serviceAccountController, rootCaPublisher, namespaceController];
