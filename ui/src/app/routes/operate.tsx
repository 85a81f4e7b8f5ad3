export const operateRoutes = [] as const
