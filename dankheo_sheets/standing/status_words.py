"""What each status is called and asks for, by who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dankheo_sheets.registration import Status


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The words of one status."""

    name: str
    """For the coordinator: on the board, in the master."""
    tone: str
    """Which colour it has on the page (page.css); the name always stands beside it."""
    todo: str = ""
    """What the coordinator does next; "" where nothing is left to do."""
    headline: str = ""
    """For the unit: the first line of its feedback."""
    chat: str = ""
    """For the unit: the rest of a short sentence about its sheet; {action} is what units do."""
    outside: str = "Chưa hoàn thành"
    """For an authority that does not know how forms are read."""
    remark: str = ""
    """For it too: why the unit is not done."""


WORDS: Mapping[Status, StatusWords] = {
    Status.NOT_PROVISIONED: StatusWords(
        "Chưa phát biểu mẫu",
        "idle",
        todo="Phát biểu mẫu cho đơn vị",
        chat="chưa được phát biểu mẫu",
        remark="chưa gửi nội dung nào",
    ),
    Status.UNTOUCHED: StatusWords(
        "Chưa ghi",
        "idle",
        todo="Nhắc đơn vị ghi biểu",
        headline="Chưa nhận được nội dung nào.",
        chat="chưa ghi nội dung nào",
        remark="chưa gửi nội dung nào",
    ),
    Status.DRAFTING: StatusWords(
        "Đang ghi",
        "wait",
        todo="Nhắc đơn vị ghi tiếp",
        headline="Biểu chưa xong: xử lý các nội dung dưới đây.",
        chat="đang ghi, chưa xong",
        remark="đang hoàn thiện",
    ),
    Status.NEEDS_FIXING: StatusWords(
        "Cần sửa",
        "act",
        todo="Đề nghị đơn vị sửa",
        headline="Biểu cần sửa: xử lý các nội dung dưới đây.",
        remark="đang hoàn thiện",
    ),
    Status.READY: StatusWords(
        "Đủ, chưa xác nhận",
        "wait",
        todo="Nhắc đơn vị xác nhận đã hoàn thành",
        headline="Nội dung đã đạt, còn chờ đơn vị xác nhận đã hoàn thành.",
        chat="đã đủ nội dung, chỉ còn ghi x vào ô “Đã hoàn thành {action}”",
        remark="đang hoàn thiện",
    ),
    Status.SUBMITTED: StatusWords(
        "Đã gửi", "good", headline="Đã nhận biểu, đúng hạn.", outside="Đã gửi"
    ),
    Status.SUBMITTED_LATE: StatusWords(
        "Đã gửi, muộn hạn",
        "late",
        headline="Đã nhận biểu, sau hạn.",
        outside="Đã gửi, muộn hạn",
    ),
    Status.NONE_REGISTERED: StatusWords(
        "Không đăng ký",
        "none",
        headline="Đã nhận: đơn vị không đăng ký, có nêu lý do.",
        outside="Không đăng ký",
    ),
    Status.RETURNED: StatusWords(
        "Trả lại, chờ sửa",
        "act",
        todo="Nhắc đơn vị sửa biểu đã trả lại",
        headline="Biểu được trả lại để sửa, xem thông báo dưới đây.",
        chat="được trả lại để sửa",
    ),
    Status.EXCLUDED: StatusWords(
        "Loại trừ",
        "out",
        headline="Đơn vị không phải đăng ký trong đợt này.",
        outside="Không phải đăng ký",
    ),
    Status.LOST: StatusWords(
        "Mất biểu",
        "act",
        todo="Phát lại biểu cho đơn vị",
        chat="mất biểu, chờ phát lại",
        remark="chưa gửi nội dung nào",
    ),
}
