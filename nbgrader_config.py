"""nbgrader's settings for this course. Student code runs in a sandbox, verdicts are made outside it: course_lib/grading."""

from course_lib.grading.autograde import install

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "generative_image_models"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.IncludeHeaderFooter.header = ""
install(c)
