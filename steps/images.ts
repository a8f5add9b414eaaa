import { Given } from '@cucumber/cucumber';
import { giveImages } from '../src/harness/given-images.ts';
import type { StepWorld } from '../src/harness/world.ts';

Given('this/these image(s) exist(s):', function (this: StepWorld, text: string) {
  giveImages(this.scenario, text);
});
