---@meta

---@class assay.FrameworkValues
---@field yes string  the answers as the workbook has them
---@field no string
---@field not_applicable string

---@class assay.FrameworkQuestion
---@field id string  such as "4.1.1"; also the name of its column in the answers
---@field text string

---@class assay.FrameworkStandard
---@field id string  such as "4.1"
---@field name string
---@field text? string
---@field judged? boolean  rated by judgement, without key questions
---@field questions? assay.FrameworkQuestion[]  key questions; a standard has these or is judged

---@class assay.FrameworkOptions
---@field title string
---@field source? string  where the wording was read
---@field scale string|table|assay.Scale  as assay.rating.scale takes it
---@field values? assay.FrameworkValues  Yes, No and NA if not given
---@field standards assay.FrameworkStandard[]  ids differ throughout, those of questions too

--- What one kind of inspection asks: by name ("probation-2018" is shipped; a file of that name where the
--- script reads comes first), from a .json file, or from a table of the same form. A key that is unknown,
--- missing or wrong is named, and so is the file.
---@param from string|assay.FrameworkOptions|assay.Framework
---@return assay.Framework
function assay.framework(from) end

---@class assay.Framework
---@field title string
---@field source? string
---@field scale assay.Scale
---@field values assay.FrameworkValues
---@field standards assay.FrameworkStandard[]
local Framework = {}

--- The ids of the key questions of a standard, of a list of standards, or of all. None for a judged standard.
---@param standards? string|string[]
---@return string[]
function Framework:questions(standards) end

--- The wording of a question or of a standard (its name where it has none).
---@param id string
---@return string
function Framework:text(id) end

---@class assay.AnnexOptions
---@field judged? table<string, string>  the rating of each judged standard, by id
---@field discretion? table<string, assay.DiscretionOptions>  departures from the percentages, by id of the standard
---@field confidence? number  of the limits, a share; that of each survey's plan if not given

---@class assay.Annex: assay.Frame
---@field ratings table<string, string>  by id of the standard; printed in the framework's order
---@field overall assay.Overall  rating, points, maximum; without a rating, missing lists the standards at fault

--- The annex of ratings: a frame with the columns standard, question, text, x, relevant, not_applicable,
--- unanswered, percent, lower, upper, rating, note. Each standard has a row (without question) with its rating
--- and what must be said beside it, and behind it a row for each key question: percent is the share of the
--- relevant cases, rounded half up; lower and upper belong to the design-based estimate. Ratings and the
--- overall rating are printed beneath and are its fields `ratings` and `overall`.
--- Each question is taken from the one survey that has it. What cannot be rated says so in its note and leaves
--- the whole without a rating: a standard of which no survey has some question, or without a relevant case, and
--- a judged one without a judgement. Errors: a question in two surveys, an unknown standard or rating, a
--- discretion without why.
---@param surveys assay.Survey|assay.Survey[]
---@param options? assay.AnnexOptions
---@return assay.Annex
function Framework:annex(surveys, options) end
