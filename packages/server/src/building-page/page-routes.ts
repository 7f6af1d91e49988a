export function registerBuildingPage(): void {}
