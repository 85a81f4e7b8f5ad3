package api

import (
	"github.com/gofiber/fiber/v3"
)

// mountDocuments adds the OpenAPI document and the pages that show it.
func (a *API) mountDocuments(fiber.Router) {}
