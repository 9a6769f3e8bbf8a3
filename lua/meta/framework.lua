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
---@field judged? boolean  its rating is given, by judgement: it has no key questions here
---@field note? string  of a judged standard: what is printed beside its rating instead of "judged, not rated from percentages"
---@field counted? boolean  false: rated, but not counted towards the overall rating
---@field verified? boolean  false: its name was not read in a source, which is said wherever it is printed
---@field questions? assay.FrameworkQuestion[]  key questions; a standard has these or is judged

---@class assay.FrameworkOptions
---@field title string
---@field source? string  where the wording was read
---@field scale string|table|assay.Scale  as assay.rating.scale takes it
---@field values? assay.FrameworkValues  Yes, No and NA if not given
---@field standards assay.FrameworkStandard[]  ids differ throughout, those of questions too

--- What one kind of inspection asks: by name ("probation-2018", "probation-pdu-2021", "probation-pdu-2023" and
--- "youth-2018" are shipped; a file of that name where the script reads comes first), from a .json file, or from a
--- table of the same form. A key that is unknown, missing or wrong is named, and so is the file. Only the first
--- has the wording of key questions: that of the others could not be read, and their ratings are given.
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
---@field not_rated? table<string, string>  standards not rated in this inspection, with the reason: left out of the whole
---@field confidence? number  of the limits, a share; that of each survey's plan if not given
---@field by? string|string[]  columns whose groups are rated as well, such as "ldu"
---@field rounding? "half_up"|"none"  of shares before their band is looked up, instead of the scale's own

---@class assay.Annex: assay.Frame
---@field ratings table<string, string>  by id of the standard; printed in the framework's order
---@field overall assay.Overall  rating, points, maximum; without a rating, missing lists the standards at fault
---@field groups? assay.Frame  with `by`: its columns, standard, name, question (lowest), x, relevant, percent, rating, note

--- The annex of ratings: a frame with the columns standard, question, text, x, relevant, not_applicable,
--- unanswered, percent, lower, upper, rating, note. Each standard has a row (without question) with its rating
--- and what must be said beside it, and behind it a row for each key question: percent is the share of the
--- relevant cases, rounded half up; lower and upper belong to the design-based estimate. The ratings and the
--- overall rating are its fields `ratings` and `overall`.
--- It prints as inspectorates print it: each standard with its wording and rating, each question with its
--- wording and per cent, footnotes for discretion and for questions that did not apply to every case, and the
--- overall rating with what it takes for granted. `annex:select(annex.columns)` prints the columns.
--- Each question is taken from the one survey that has it. What cannot be rated says so in its note and leaves the
--- whole without a rating: a standard of which no survey has some question, or without a relevant case, and a
--- judged one without a judgement. Standards in `not_rated`, and those that a framework does not count, are left
--- out of the whole. With `by` each group of the answers is rated too, from its percentages alone: judgement and
--- discretion are of the whole, and groups have few cases, which the note says. Errors: a question in two surveys,
--- an unknown standard or rating, a discretion without why.
---@param surveys assay.Survey|assay.Survey[]
---@param options? assay.AnnexOptions
---@return assay.Annex
function Framework:annex(surveys, options) end
