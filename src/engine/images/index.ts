export { extractImages, type FoundImage, type FoundImages, imagesAsJson } from './extract.ts';
export { type ImageInfo, imageInfo } from './image-info.ts';
