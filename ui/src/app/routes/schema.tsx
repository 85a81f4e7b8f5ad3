export const schemaRoutes = [] as const
