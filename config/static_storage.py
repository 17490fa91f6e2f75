"""Static files with hashed names, so that they can be cached for ever, including what ES modules import."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Rewrites ``import ... from "./x.js";`` to the hashed name (each import needs its semicolon)."""

    support_js_module_import_aggregation = True
    # A pass settles one level of imports: Django's 5 is for style sheets, our modules stand deeper.
    max_post_process_passes = 20
